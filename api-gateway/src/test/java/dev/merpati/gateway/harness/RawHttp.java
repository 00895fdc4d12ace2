package dev.merpati.gateway.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** A connection on which a test writes bytes of its own choice. */
public final class RawHttp implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;

    public RawHttp(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** An answer. */
    public record Answer(int status, String head, JsonNode body) {
        /** Checks that it is the one error body, with this status. */
        public Answer isError(int expected) {
            assertThat(status).as("%s%s", head, body).isEqualTo(expected);
            assertThat(head.toLowerCase(Locale.ROOT)).contains("content-type: application/json\r\n");
            assertThat(body.get("success").booleanValue()).isFalse();
            for (String field : new String[] {"error", "message", "code"}) {
                assertThat(body.get(field).stringValue()).as(field).isNotBlank();
            }
            return this;
        }

        public String code() {
            return body.get("code").stringValue();
        }

        public String message() {
            return body.get("message").stringValue();
        }
    }

    /** Sends text, each character a byte. */
    public RawHttp send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public RawHttp send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** The next answer, whose length must be known. */
    public Answer answer() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        InputStream in = socket.getInputStream();
        while (!endsWithEmptyLine(bytes.toByteArray())) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("the connection ended after: " + bytes.toString(StandardCharsets.UTF_8));
            }
            bytes.write(next);
        }
        String head = bytes.toString(StandardCharsets.UTF_8);
        int length = head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).strip()))
                .findFirst()
                .orElseThrow(() -> new IOException("no length: " + head));
        return new Answer(Integer.parseInt(head.substring(9, 12)), head, TestJson.parse(in.readNBytes(length)));
    }

    /** Whether the server closes the connection, and sends nothing more before. */
    public boolean isClosed() throws IOException {
        return socket.getInputStream().read() < 0;
    }

    private static boolean endsWithEmptyLine(byte[] bytes) {
        return bytes.length >= 4
                && Arrays.equals(bytes, bytes.length - 4, bytes.length, new byte[] {'\r', '\n', '\r', '\n'}, 0, 4);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
