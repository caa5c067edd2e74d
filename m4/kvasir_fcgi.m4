# kvasir_fcgi.m4: the fields of libfcgi's request that src/web/fcgi.c hands connections over by.
AC_DEFUN([KVASIR_FCGI], [
  kvasir_fcgi_save=$CPPFLAGS
  CPPFLAGS="$CPPFLAGS $FCGI_CFLAGS"
  AC_CHECK_MEMBERS([FCGX_Request.ipcFd, FCGX_Request.keepConnection, FCGX_Request.role], [],
    [AC_MSG_ERROR([this libfcgi has another FCGX_Request than 2.4.x has])],
    [[#include <fcgiapp.h>]])
  CPPFLAGS=$kvasir_fcgi_save
])
