package dev.merpati.gateway.message;

import dev.merpati.gateway.harness.GatewayHarness;
import dev.merpati.gateway.harness.TestJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/** A client of {@code send-media} that decides itself what it sends when, and when it reads. */
final class RawUpload implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 20_000;

    private final Socket socket;

    RawUpload(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** Sends the request's head. */
    RawUpload begin(GatewayHarness.Tenant tenant, UUID session, long contentLength, String... headers)
            throws IOException {
        StringBuilder head = new StringBuilder("POST /api/sessions/" + session + "/send-media HTTP/1.1\r\n")
                .append("Host: localhost\r\nContent-Type: multipart/form-data; boundary=xyz\r\n")
                .append("X-API-Key: ")
                .append(tenant.key().key())
                .append("\r\nContent-Length: ")
                .append(contentLength)
                .append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return send(head.append("\r\n").toString());
    }

    RawUpload send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.UTF_8));
    }

    RawUpload send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** A whole form with a file of so many bytes. */
    static byte[] form(String to, int fileSize) {
        ByteArrayOutputStream form = new ByteArrayOutputStream();
        form.writeBytes((field("to", to) + file()).getBytes(StandardCharsets.UTF_8));
        form.writeBytes(new byte[fileSize]);
        form.writeBytes("\r\n--xyz--\r\n".getBytes(StandardCharsets.UTF_8));
        return form.toByteArray();
    }

    static String field(String name, String value) {
        return "--xyz\r\nContent-Disposition: form-data; name=\"" + name + "\"\r\n\r\n" + value + "\r\n";
    }

    /** The beginning of a file's part, up to its first bytes. */
    static String file() {
        return "--xyz\r\nContent-Disposition: form-data; name=\"media\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n";
    }

    /** The status line and headers that come next. */
    String head() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!head.toString(StandardCharsets.UTF_8).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + head);
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.UTF_8);
    }

    /** The body after that head. */
    JsonNode body(String head) throws IOException {
        int length = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow();
        return TestJson.parse(socket.getInputStream().readNBytes(length));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
