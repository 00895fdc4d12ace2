package dev.merpati.gateway.security;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A page of this gateway to go on to, as a request asked for it. Never leads to another site. */
public final class LocalPath {
    /** What every login leads to that was not on its way elsewhere. */
    public static final String START = "/sessions";

    /** One slash, then something else: browsers take two, or a backslash, for the beginning of a host. */
    private static final Pattern LOCAL =
            Pattern.compile("/(?:[A-Za-z0-9._~!$&'()*+,;=:@%-][A-Za-z0-9._~!$&'()*+,;=:@%/?-]*)?");

    private static final int LONGEST = 500;

    private LocalPath() {}

    /** Returns the path, or the start when it is none that can be trusted. */
    public static String orStart(@Nullable String path) {
        return path != null && path.length() <= LONGEST && LOCAL.matcher(path).matches() ? path : START;
    }
}
