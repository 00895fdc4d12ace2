package dev.merpati.worker.whatsapp;

/** Why a connection is over. */
public enum CloseReason {
    /** We closed it. */
    CLOSED,
    /** No network, no route, connection refused or cut, no sign of life: worth another try. */
    NETWORK,
    /** WhatsApp is there but does not serve now: worth another try, later. */
    UNAVAILABLE,
    /** WhatsApp did not answer the login in time: worth another try. */
    LOGIN_TIMEOUT,
    /** The server has used up its QR codes: open another connection for more. */
    QR_CODES_EXHAUSTED,
    /** Another connection with the same credentials took over. */
    REPLACED,
    /** The phone unlinked the device: the credentials are void. */
    LOGGED_OUT,
    /** The account is banned: the credentials are void. */
    BANNED,
    /** WhatsApp has locked the account until its owner does something about it on the phone. */
    LOCKED,
    /** WhatsApp lets the account in again, but not before some time: see {@link ConnectionListener#temporarilyBanned}. */
    RESTRICTED,
    /** WhatsApp refuses because the account does too much: worth another try, much later. */
    RATE_LIMITED,
    /** WhatsApp does not accept this client version any more. */
    CLIENT_OUTDATED,
    /** WhatsApp waited for the account's passkey, and nobody gave it. */
    PASSKEY_REQUIRED,
    /** WhatsApp did not let the device be linked. */
    LINKING_REFUSED
}
