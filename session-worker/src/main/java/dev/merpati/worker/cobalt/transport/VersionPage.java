package dev.merpati.worker.cobalt.transport;

import dev.merpati.model.whatsapp.ClientVersion;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the version of WhatsApp Web from its own worker script, where Baileys ({@code generics.ts}) and whatsmeow ({@code
 * update.go}) find it too. Over the same proxy and with the same trust as the sessions. Thread-safe.
 */
public final class VersionPage {
    private static final Logger log = LoggerFactory.getLogger(VersionPage.class);
    private static final URI SCRIPT = URI.create("https://" + Transport.HOST + "/sw.js");
    private static final Pattern REVISION = Pattern.compile("\\\\?\"client_revision\\\\?\":\\s*(\\d{1,10})");
    /** All revisions since 2023 belong to it. */
    private static final String SERIES = "2.3000.";

    private static final int MAX_PAGE = 2 << 20;
    private static final int OK = 200;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final TrustManagerFactory authorities;
    private final @Nullable URI proxy;
    private final Duration connectTimeout;

    public VersionPage(TrustManagerFactory authorities, @Nullable URI proxy, Duration connectTimeout) {
        this.authorities = authorities;
        this.proxy = proxy;
        this.connectTimeout = connectTimeout;
    }

    /** Returns the version; empty when the page cannot be reached or says nothing of it. Blocks. */
    public Optional<ClientVersion> read() {
        try (HttpClient http = client()) {
            HttpRequest request = HttpRequest.newBuilder(SCRIPT)
                    .timeout(TIMEOUT)
                    .header(
                            "User-Agent",
                            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0"
                                    + " Safari/537.36")
                    .header("Sec-Fetch-Site", "none")
                    .build();
            HttpResponse<String> response =
                    http.send(request, BodyHandlers.limiting(BodyHandlers.ofString(), MAX_PAGE));
            return response.statusCode() == OK ? revision(response.body()) : Optional.empty();
        } catch (IOException | GeneralSecurityException e) {
            log.debug("WhatsApp's page cannot be read: {}", e.toString());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    static Optional<ClientVersion> revision(String page) {
        Matcher matcher = REVISION.matcher(page);
        return matcher.find() ? ClientVersion.parse(SERIES + matcher.group(1)) : Optional.empty();
    }

    private HttpClient client() throws GeneralSecurityException {
        SSLContext trust = SSLContext.getInstance("TLS");
        trust.init(null, authorities.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(connectTimeout)
                .sslContext(trust)
                .proxy(
                        proxy == null
                                ? HttpClient.Builder.NO_PROXY
                                : ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxy.getPort())))
                .build();
    }
}
