# base: the words that every folder speaks; no network, no SQL.
libkvasir_a_SOURCES += %D%/arena.c %D%/arena.h
libkvasir_a_SOURCES += %D%/buf.c %D%/buf.h
libkvasir_a_SOURCES += %D%/clock.c %D%/clock.h
libkvasir_a_SOURCES += %D%/conf.c %D%/conf.h %D%/conf_table.h
libkvasir_a_SOURCES += %D%/digest.c %D%/digest.h
libkvasir_a_SOURCES += %D%/digits.c %D%/digits.h
libkvasir_a_SOURCES += %D%/emit.c %D%/emit.h
libkvasir_a_SOURCES += %D%/err.c %D%/err.h
libkvasir_a_SOURCES += %D%/js.c %D%/js.h
libkvasir_a_SOURCES += %D%/log.c %D%/log.h
libkvasir_a_SOURCES += %D%/metric.c %D%/metric.h %D%/metric_table.h
libkvasir_a_SOURCES += %D%/scan.c %D%/scan.h %D%/scan_part.h %D%/scan_text.c %D%/scan_number.c
libkvasir_a_SOURCES += %D%/str.c %D%/str.h
libkvasir_a_SOURCES += %D%/trail.c %D%/trail.h
libkvasir_a_SOURCES += %D%/utf8.c %D%/utf8.h
libkvasir_a_SOURCES += %D%/uuid.c %D%/uuid.h
libkvasir_a_SOURCES += %D%/signals.c %D%/signals.h
