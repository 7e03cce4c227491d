package im.login.http;

/**
 * What clients are told besides the msg-server, as it was configured; each may be empty.
 *
 * @param msfsPrior where clients upload pictures
 * @param msfsBackup where they do when that fails
 * @param discovery the page behind the clients' button of that name
 */
public record ClientHints(String msfsPrior, String msfsBackup, String discovery) {}
