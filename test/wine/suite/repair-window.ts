/** Entry point of the window's process in the repair session tests. */
import '../../elevation/parts/window-process';
