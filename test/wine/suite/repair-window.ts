/** The window of the tests of repair sessions, as a program that they start. */
import '../../elevation/parts/window-process';
