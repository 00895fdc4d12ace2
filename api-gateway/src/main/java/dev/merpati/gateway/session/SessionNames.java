package dev.merpati.gateway.session;

/** The rule for names of sessions, wherever they come from. */
public final class SessionNames {
    private SessionNames() {}

    /** Returns the name, stripped; an error of 400 when it is none, or is too long. */
    public static String check(String name) {
        return new SessionNameRequest(name).name();
    }
}
