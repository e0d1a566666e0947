/** The elevated side of the tests of repair sessions, as a program that they start. */
import '../../elevation/parts/session-process';
