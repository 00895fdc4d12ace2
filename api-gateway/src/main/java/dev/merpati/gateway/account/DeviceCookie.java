package dev.merpati.gateway.account;

import dev.merpati.gateway.security.HostCookie;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;

/**
 * Tells a browser that has logged in to an account before from all others (OWASP, "Slow Down Online Guessing Attacks with
 * Device Cookies"). The cookie lets nobody in; it only gives the browser tries of its own, which strangers cannot use up.
 */
@Component
class DeviceCookie {
    private static final HostCookie COOKIE = new HostCookie("merpati-device");
    private static final Duration LIFE = Duration.ofDays(180);
    private static final int NONCE_BYTES = 12;
    private static final int PARTS = 3;

    private final AccountSecrets secrets;
    private final Clock clock;

    DeviceCookie(AccountSecrets secrets, Clock clock) {
        this.secrets = secrets;
        this.clock = clock;
    }

    /** Returns what the browser's tries are counted under; empty for one that has not logged in to the account before. */
    Optional<String> deviceOf(ServerWebExchange exchange, String email) {
        String[] parts = COOKIE.read(exchange).split("\\.", -1);
        if (parts.length != PARTS
                || !parts[0].matches("[0-9]{1,15}")
                || !Digests.same(parts[2], signature(parts[0], parts[1], email))) {
            return Optional.empty();
        }
        Instant since = Instant.ofEpochSecond(Long.parseLong(parts[0]));
        return clock.instant().isBefore(since.plus(LIFE)) ? Optional.of(Digests.sha256(parts[1])) : Optional.empty();
    }

    /** Makes the browser a known one; one that is already gets a new cookie. */
    void remember(ServerWebExchange exchange, String email) {
        String since = String.valueOf(clock.instant().getEpochSecond());
        String nonce = HexFormat.of().formatHex(SecretTokens.bytes(NONCE_BYTES));
        String value = since + "." + nonce + "." + signature(since, nonce, email);
        exchange.getResponse()
                .getCookies()
                .set(
                        COOKIE.nameIn(exchange),
                        COOKIE.create(exchange, value).maxAge(LIFE).build());
    }

    private String signature(String since, String nonce, String email) {
        return secrets.sign("device " + since + " " + nonce + " " + email);
    }
}
