package dev.merpati.gateway.console;

import dev.merpati.gateway.harness.Browser;
import dev.merpati.gateway.harness.GatewayHarness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** Server-Sent Events of a page, as its browser gets them. */
record EventStream(HttpURLConnection connection, BufferedReader lines) implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Opens a stream with the browser's login. */
    static EventStream open(GatewayHarness gateway, Browser browser, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + gateway.port() + path).toURL().openConnection();
        connection.setReadTimeout(20_000);
        connection.setRequestProperty("Cookie", "merpati=" + browser.cookies().get("merpati"));
        connection.setRequestProperty("X-Forwarded-For", "10.9.9.9");
        return new EventStream(
                connection,
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8)));
    }

    /** Waits for the next event of a name; leaves out others. */
    String next(String event) throws IOException {
        StringBuilder data = new StringBuilder();
        boolean wanted = false;
        Instant deadline = Instant.now().plus(PATIENCE);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("nothing but comments and other events came in time");
            }
            if (line.startsWith("event:")) {
                wanted = line.substring("event:".length()).strip().equals(event);
            } else if (line.startsWith("data:")) {
                data.append(line.substring("data:".length())).append('\n');
            } else if (line.isEmpty()) {
                if (wanted) {
                    return data.toString();
                }
                data.setLength(0);
            }
        }
        throw new IOException("the stream has ended");
    }

    /** Waits for the next event: its name, a line break, its data. */
    String nextOfAny() throws IOException {
        String name = "";
        StringBuilder data = new StringBuilder();
        Instant deadline = Instant.now().plus(PATIENCE);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (Instant.now().isAfter(deadline)) {
                throw new IOException("nothing but comments and other events came in time");
            }
            if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")) {
                data.append(line.substring("data:".length())).append('\n');
            } else if (line.isEmpty() && !name.isEmpty()) {
                return name + "\n" + data;
            }
        }
        throw new IOException("the stream has ended");
    }

    @Override
    public void close() {
        connection.disconnect();
    }
}
