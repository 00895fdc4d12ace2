package dev.merpati.model.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a webhook, checked by the same rules when it is created and before each delivery. What a name resolves to is not
 * checked here but at each connection, by {@link PublicAddresses}.
 *
 * <p>Refused are: other schemes than https (and http where the operator allows it); user names and passwords, since URLs are shown and
 * logged; fragments, which are never sent; ports below 1024 except 80 and 443, behind which other protocols listen; addresses in
 * any other form than four decimal numbers or IPv6 in brackets, which parsers read differently; and, unless the operator allows
 * private addresses, addresses that are not public and names that cannot be.
 *
 * @param host in lower case, without the brackets of IPv6
 * @param port also where the URL leaves it out
 */
public record WebhookUrl(URI uri, String host, int port) {
    public static final int MAX_LENGTH = 2_048;

    private static final int FIRST_FREE_PORT = 1_024;
    private static final int LAST_PORT = 65_535;
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;
    private static final int MAX_HOST_LENGTH = 253;
    private static final Pattern PRINTABLE = Pattern.compile("[\\x21-\\x7e]+");
    private static final Pattern NAME =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.?");
    private static final Pattern FOUR_NUMBERS =
            Pattern.compile("(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");
    /** What some parser takes for an address: the last part is a number, decimal or hexadecimal. */
    private static final Pattern ENDS_IN_NUMBER = Pattern.compile("(?:.*\\.)?(?:\\d+|0x[0-9a-f]*)\\.?");
    /** Names that never lead to the public Internet. */
    private static final Pattern PRIVATE_NAME =
            Pattern.compile("[^.]+\\.?|(?:.*\\.)?(?:localhost|local|internal|intranet|lan|home\\.arpa)\\.?");

    /**
     * What the operator allows.
     *
     * @param http URLs without encryption
     * @param privateAddresses endpoints within private networks and on this machine
     */
    public record Policy(boolean http, boolean privateAddresses) {
        /** For endpoints on the public Internet. */
        public static final Policy PUBLIC_HTTPS = new Policy(false, false);
    }

    /**
     * Reads and checks a URL.
     *
     * @throws MalformedWebhookUrlException says what is wrong and what is allowed; quotes nothing of a user name or path
     */
    public static WebhookUrl parse(String text, Policy policy) throws MalformedWebhookUrlException {
        if (text.length() > MAX_LENGTH) {
            throw new MalformedWebhookUrlException(
                    "the URL has " + text.length() + " characters; at most " + MAX_LENGTH + " are allowed");
        }
        if (!PRINTABLE.matcher(text).matches()) {
            throw new MalformedWebhookUrlException(
                    text.isEmpty()
                            ? "the URL is empty"
                            : "the URL has blanks, control characters or letters outside of ASCII; encode them: %20 in a path,"
                                    + " xn--... in a host name");
        }
        URI uri;
        try {
            uri = new URI(text).parseServerAuthority();
        } catch (URISyntaxException e) {
            throw new MalformedWebhookUrlException("this is no URL: " + e.getReason()
                    + (e.getIndex() < 0 ? "" : " at character " + (e.getIndex() + 1)));
        }
        boolean https = checkedScheme(uri, policy);
        if (uri.getRawUserInfo() != null) {
            throw new MalformedWebhookUrlException(
                    "the URL has a user name or a password; send credentials in a header of the webhook instead");
        }
        if (uri.getRawFragment() != null) {
            throw new MalformedWebhookUrlException("the URL has a fragment (#...), which is never sent; leave it out");
        }
        String host = uri.getHost();
        if (host == null) {
            throw new MalformedWebhookUrlException("the URL has no host");
        }
        int port = uri.getPort() >= 0 ? uri.getPort() : https ? HTTPS_PORT : HTTP_PORT;
        if (port > LAST_PORT || (port < FIRST_FREE_PORT && port != HTTP_PORT && port != HTTPS_PORT)) {
            throw new MalformedWebhookUrlException("the URL has the port " + port + "; allowed are 80, 443 and "
                    + FIRST_FREE_PORT + " to " + LAST_PORT);
        }
        return new WebhookUrl(uri, checkedHost(host.toLowerCase(Locale.ROOT), policy), port);
    }

    /** Returns the scheme, host and port: all that may be shown where the path could hold a secret. */
    public String origin() {
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return uri.getScheme().toLowerCase(Locale.ROOT) + "://" + shown + ":" + port;
    }

    /** Whether it is encrypted. */
    public boolean isHttps() {
        return isScheme(uri, "https");
    }

    private static boolean checkedScheme(URI uri, Policy policy) throws MalformedWebhookUrlException {
        boolean https = isScheme(uri, "https");
        if (!https && !(policy.http() && isScheme(uri, "http"))) {
            throw new MalformedWebhookUrlException("the URL must begin with https://"
                    + (policy.http() ? " or http://" : "")
                    + (uri.getScheme() == null ? "" : ", but its scheme is " + uri.getScheme()));
        }
        return https;
    }

    private static boolean isScheme(URI uri, String scheme) {
        return scheme.equalsIgnoreCase(uri.getScheme());
    }

    private static String checkedHost(String host, Policy policy) throws MalformedWebhookUrlException {
        InetAddress literal = null;
        String plain = host;
        if (host.startsWith("[")) {
            plain = host.substring(1, host.length() - 1);
            if (plain.indexOf('%') >= 0) {
                throw new MalformedWebhookUrlException("the URL's address has a zone (%...), which says nothing here");
            }
            literal = InetAddress.ofLiteral(plain); // The URI's own parser has checked it.
        } else if (ENDS_IN_NUMBER.matcher(host).matches()) {
            if (!FOUR_NUMBERS.matcher(host).matches()) {
                throw new MalformedWebhookUrlException(
                        "the URL's host looks like an address in an unusual form; write it as"
                                + " four decimal numbers, such as 198.51.100.7");
            }
            literal = InetAddress.ofLiteral(host);
        } else if (host.length() > MAX_HOST_LENGTH || !NAME.matcher(host).matches()) {
            throw new MalformedWebhookUrlException("the URL's host is no valid name");
        }
        if (!policy.privateAddresses() && isPrivate(plain, literal)) {
            throw new MalformedWebhookUrlException(
                    "the URL's host " + plain
                            + " is not on the public Internet; use a host that is, or let the operator allow private addresses");
        }
        return plain;
    }

    private static boolean isPrivate(String host, @Nullable InetAddress literal) {
        return literal == null ? PRIVATE_NAME.matcher(host).matches() : !PublicAddresses.contains(literal);
    }
}
