package dev.merpati.gateway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.HttpMethod;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;
import org.springframework.mock.web.server.MockServerWebExchange;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

class ForwardedFilterTest {
    private final ForwardedFilter filter =
            new ForwardedFilter(new ProxySettings(List.of("10.0.0.0/8", "192.0.2.7", "fd00::/8")));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "10.1.2.3         | 203.0.113.5                           | 203.0.113.5",
                "192.0.2.7        | 203.0.113.5                           | 203.0.113.5",
                "fd00::1          | 2001:db8::5                           | 2001:db8:0:0:0:0:0:5",
                "::ffff:10.1.2.3  | 203.0.113.5                           | 203.0.113.5",
                // What the client wrote itself stands on the left.
                "10.1.2.3         | 1.1.1.1, 203.0.113.5                  | 203.0.113.5",
                "10.1.2.3         | 1.1.1.1, 203.0.113.5, 10.9.9.9        | 203.0.113.5",
                "10.1.2.3         | 203.0.113.5, ::ffff:10.9.9.9          | 203.0.113.5",
                "10.1.2.3         | 10.9.9.9                              | 10.1.2.3",
                "10.1.2.3         | 203.0.113.5:4711                      | 203.0.113.5",
                "10.1.2.3         | [2001:db8::5]:4711                    | 2001:db8:0:0:0:0:0:5",
                "10.1.2.3         | unknown                               | 10.1.2.3",
                "10.1.2.3         | 203.0.113.5, evil                     | 10.1.2.3",
                "10.1.2.3         | ''                                    | 10.1.2.3",
                "192.0.2.8        | 203.0.113.5                           | 192.0.2.8",
                "203.0.113.9      | 10.1.2.3                              | 203.0.113.9",
                "fe80::1          | 203.0.113.5                           | fe80:0:0:0:0:0:0:1"
            })
    void believesTrustedProxiesOnly(String peer, String forwardedFor, String client) {
        assertThat(ClientAddress.of(seen(request(peer).header("X-Forwarded-For", forwardedFor))))
                .isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource({
        "10.1.2.3, https, https",
        "10.1.2.3, 'http, https', https",
        "10.1.2.3, 'https, http', http",
        "10.1.2.3, javascript, http",
        "203.0.113.9, https, http"
    })
    void takesTheSchemeOfTheNearestTrustedProxy(String peer, String proto, String scheme) {
        ServerWebExchange seen = seen(request(peer).header("X-Forwarded-Proto", proto));

        assertThat(seen.getRequest().getURI()).hasScheme(scheme).hasPath("/a b").hasQuery("c=[d");
    }

    @Test
    void countsAnIpv6ClientByItsNetwork() {
        String one = ClientAddress.networkOf(seen(request("2001:db8::1")));
        String other = ClientAddress.networkOf(seen(request("2001:db8::ffff")));

        assertThat(one).isEqualTo(other).isEqualTo("2001:db8:0:0:0:0:0:0/64");
        assertThat(ClientAddress.networkOf(seen(request("203.0.113.9")))).isEqualTo("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "proxy", "10.0.0.0/33", "10.0.0.0/x", "10.0.0/8", "fd00::/129", "/8"})
    void namesANetworkThatIsNone(String network) {
        assertThatThrownBy(() -> new ProxySettings(List.of(network)))
                .hasMessageContaining("merpati.gateway.trusted-proxies has '" + network + "', allowed are");
    }

    private static MockServerHttpRequest.BaseBuilder<?> request(String peer) {
        return MockServerHttpRequest.method(HttpMethod.GET, URI.create("http://localhost/a%20b?c=%5Bd"))
                .remoteAddress(new InetSocketAddress(Objects.requireNonNull(Network.addressOf(peer)), 4711));
    }

    private ServerWebExchange seen(MockServerHttpRequest.BaseBuilder<?> request) {
        AtomicReference<ServerWebExchange> seen = new AtomicReference<>();
        filter.filter(MockServerWebExchange.from(request), exchange -> {
                    seen.set(exchange);
                    return Mono.empty();
                })
                .block();
        return Objects.requireNonNull(seen.get());
    }
}
