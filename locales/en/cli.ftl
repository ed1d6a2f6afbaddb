# Words of the terminal channel and the command line.
cli-no-such-file = I can't find this file: { $path }. Please check the path; everything else is kept.
cli-no-file-named = Please write the file's path after photo:, several with commas between.
cli-no-cases = There are no cases yet.
cli-unknown-case = there is no case { $number }
