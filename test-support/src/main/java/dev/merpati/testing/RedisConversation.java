package dev.merpati.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gives single commands to a server, which is all that setting up a group of servers needs. */
final class RedisConversation {
    private static final int TIMEOUT = Math.toIntExact(Duration.ofSeconds(5).toMillis());

    private RedisConversation() {}

    /**
     * The server's answer; the elements of an array one per line.
     *
     * @param command its words separated by blanks
     * @throws IllegalStateException when the server refuses it
     */
    static String ask(int port, String command) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT);
            socket.setSoTimeout(TIMEOUT);
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            return answer(new DataInputStream(socket.getInputStream()));
        } catch (IOException e) {
            throw new UncheckedIOException("Redis on port " + port + " does not answer: " + e.getMessage(), e);
        }
    }

    private static String answer(DataInputStream input) throws IOException {
        char kind = (char) input.readByte();
        String line = line(input);
        return switch (kind) {
            case '+', ':' -> line;
            case '$' -> bulk(input, Integer.parseInt(line));
            case '*' -> array(input, Integer.parseInt(line));
            case '-' -> throw new IllegalStateException("Redis refused: " + line);
            default -> throw new IOException("unexpected answer " + kind + line);
        };
    }

    private static String array(DataInputStream input, int length) throws IOException {
        List<String> elements = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            elements.add(answer(input));
        }
        return String.join("\n", elements);
    }

    private static String bulk(DataInputStream input, int length) throws IOException {
        if (length < 0) {
            return "";
        }
        byte[] bytes = input.readNBytes(length);
        line(input);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static String line(DataInputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next != '\n'; next = input.read()) {
            if (next < 0) {
                throw new IOException("the connection was closed");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }
}
