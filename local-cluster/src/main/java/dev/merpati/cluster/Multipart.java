package dev.merpati.cluster;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A {@code multipart/form-data} body in memory. */
final class Multipart {
    private final String boundary = "merpati-" + UUID.randomUUID();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Multipart field(String name, String value) {
        return part("name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
    }

    Multipart file(String name, String fileName, byte[] content) {
        return part("name=\"" + name + "\"; filename=\"" + fileName + "\"", content);
    }

    String contentType() {
        return "multipart/form-data; boundary=" + boundary;
    }

    /** All parts so far and the end of them. */
    BodyPublisher publisher() {
        write("--" + boundary + "--\r\n");
        return BodyPublishers.ofByteArray(body.toByteArray());
    }

    /** All parts so far, a file that is read while it is sent, and the end. */
    BodyPublisher publisher(String name, String fileName, InputStream content) {
        write(head("name=\"" + name + "\"; filename=\"" + fileName + "\""));
        return BodyPublishers.concat(
                BodyPublishers.ofByteArray(body.toByteArray()),
                BodyPublishers.ofInputStream(() -> content),
                BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    }

    private String head(String disposition) {
        return "--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n\r\n";
    }

    private Multipart part(String disposition, byte[] content) {
        write(head(disposition));
        body.writeBytes(content);
        write("\r\n");
        return this;
    }

    private void write(String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }
}
