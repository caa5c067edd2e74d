# app: the programs and their tables.
bin_PROGRAMS += kvasir
kvasir_SOURCES  = %D%/kvasir.c
kvasir_SOURCES += %D%/command.c %D%/command.h %D%/command_table.h
kvasir_SOURCES += %D%/cmd_config.c
kvasir_SOURCES += %D%/cmd_help.c
kvasir_SOURCES += %D%/cmd_reference.c
kvasir_LDADD    = libkvasir.a $(LIB_LIBS)
