package dev.merpati.model.webhook;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The headers that a webhook's owner may have sent with each delivery, checked by one rule wherever they are set or sent. */
public final class WebhookHeaders {
    public static final int MAX_COUNT = 20;
    /** Of a name and its value together. */
    public static final int MAX_LENGTH = 1_024;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}");
    private static final Pattern VALUE = Pattern.compile("[\\x21-\\x7e](?:[\\x20-\\x7e\\t]*[\\x21-\\x7e])?");
    private static final String SIGNATURE_PREFIX = "webhook-";
    private static final String PROXY_PREFIX = "proxy-";
    /** They say how the request is sent, or what sends it. */
    private static final Set<String> OURS = Set.of(
            "accept-encoding",
            "connection",
            "content-encoding",
            "content-length",
            "content-type",
            "date",
            "expect",
            "forwarded",
            "host",
            "http2-settings",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "user-agent",
            "via",
            "x-forwarded-for",
            "x-real-ip");

    private WebhookHeaders() {}

    /** Returns what is wrong with the headers and what is allowed, without quoting a value; null when nothing is. */
    public static @Nullable String problem(Map<String, String> headers) {
        if (headers.size() > MAX_COUNT) {
            return "there are " + headers.size() + " headers; at most " + MAX_COUNT + " are allowed";
        }
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (Map.Entry<String, String> header : headers.entrySet()) {
            String problem = problem(header.getKey(), header.getValue());
            if (problem != null) {
                return problem;
            }
            if (!names.add(header.getKey())) {
                return "the header " + header.getKey() + " is there twice";
            }
        }
        return null;
    }

    private static @Nullable String problem(String name, @Nullable String value) {
        if (!NAME.matcher(name).matches()) {
            return "a header's name must have 1 to 64 letters, digits or dashes";
        }
        if (isOurs(name)) {
            return "the header " + name + " is set by the delivery itself";
        }
        if (value == null || !VALUE.matcher(value).matches()) {
            return "the value of the header " + name
                    + " must be visible ASCII characters, with blanks only between them";
        }
        return name.length() + value.length() > MAX_LENGTH
                ? "the header " + name + " is too long; name and value may have " + MAX_LENGTH + " characters together"
                : null;
    }

    private static boolean isOurs(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return OURS.contains(lower) || lower.startsWith(SIGNATURE_PREFIX) || lower.startsWith(PROXY_PREFIX);
    }
}
