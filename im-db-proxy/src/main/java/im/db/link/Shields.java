package im.db.link;

/** Whether somebody does not want to be disturbed, as the protocol has it: 0 or 1. */
final class Shields {
    private Shields() {}

    static boolean isOne(int status) {
        return status == 0 || status == 1;
    }
}
