"""The command line's subcommands, one file each; imported only when asked for, so that ``cti --help`` is quick."""
