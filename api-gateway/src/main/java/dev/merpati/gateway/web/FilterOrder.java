package dev.merpati.gateway.web;

import org.springframework.core.Ordered;

/** The order in which the filters see a request. */
public final class FilterOrder {
    /** After Spring's own metrics, before everything that logs. */
    public static final int REQUEST_ID = Ordered.HIGHEST_PRECEDENCE + 10;

    /** Before everything that looks at the path. */
    public static final int PATH = REQUEST_ID - 1;

    /** Before everything that can answer. */
    public static final int SECURITY_HEADERS = PATH - 1;

    /** Before everything that looks at the client's address or at the scheme. */
    public static final int FORWARDED = SECURITY_HEADERS - 1;

    public static final int ERRORS = REQUEST_ID + 1;

    /** Before everything that reads bodies. */
    public static final int NEXT_TURN = -102;

    /** Before Spring Security, which looks for the CSRF token in forms. */
    public static final int FORMS = -101;

    /** After Spring Security, which knows who is logged in to the console. */
    public static final int AUTHENTICATION = -90;

    public static final int RATE_LIMIT = AUTHENTICATION + 1;
    public static final int OPEN_REQUESTS = RATE_LIMIT + 1;

    private FilterOrder() {}
}
