package dev.merpati.gateway.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merpati.gateway.harness.GatewayHarness;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Fetches the pages of the documentation, as a browser does. */
final class GuidePages {
    private GuidePages() {}

    static String get(GatewayHarness gateway, String path) {
        HttpResponse<String> response = response(gateway, path);
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    static HttpResponse<String> response(GatewayHarness gateway, String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + gateway.port() + path))
                .header("Accept", "text/html,*/*")
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
