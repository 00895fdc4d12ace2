package dev.merpati.gateway.audit;

/**
 * One change to be noted. No field may hold a secret.
 *
 * @param actor who did it: an e-mail address, {@code key <key id>}, {@code operator} or {@code system}
 * @param action what was done, as {@code key.created}; lower case, a stable name
 * @param subject what it was done to, for people: the name of a key, of a session, of a plan; may be empty
 * @param address where the request came from; empty when it was no request
 */
public record AuditEvent(String actor, String action, String subject, String address) {
    /** The actor of everything that the operator does. */
    public static final String OPERATOR = "operator";

    /** The actor of what happens without a request. */
    public static final String SYSTEM = "system";

    /** The actor of what is done with an API key. */
    public static String keyActor(String keyId) {
        return "key " + keyId;
    }
}
