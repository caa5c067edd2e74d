# access: who asks, and what they may do.
libkvasir_a_SOURCES += %D%/keys.c %D%/keys.h
libkvasir_a_SOURCES += %D%/proof.c %D%/proof.h
libkvasir_a_SOURCES += %D%/vault.c %D%/vault.h
libkvasir_a_SOURCES += %D%/who.c %D%/who.h
