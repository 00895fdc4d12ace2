package dev.merpati.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import org.junit.jupiter.api.Test;

class HealthCheckTest {

    @Test
    void isHealthyOnAnAnswerOf200Alone() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/up", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.createContext("/down", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try {
            assertThat(HealthCheck.isHealthy(url.resolve("/up"))).isTrue();
            assertThat(HealthCheck.isHealthy(url.resolve("/down"))).isFalse();
        } finally {
            server.stop(0);
        }
        assertThat(HealthCheck.isHealthy(url.resolve("/up"))).isFalse();
    }
}
