/** Entry point of the elevated process in the repair session tests. */
import '../../elevation/parts/session-process';
