package dev.merpati.gateway.message;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Beginnings of files, enough to be taken for them. */
final class MediaFiles {
    private MediaFiles() {}

    static byte[] png() {
        return bytes(0x89, "PNG\r\n", 0x1a, "\n", 0, 0, 0, 0x0d, "IHDR");
    }

    static byte[] jpeg() {
        return bytes(0xff, 0xd8, 0xff, 0xe0, 0, 16, "JFIF");
    }

    static byte[] pdf(int size) {
        byte[] file = new byte[size];
        byte[] head = bytes("%PDF-1.7\n");
        System.arraycopy(head, 0, file, 0, head.length);
        return file;
    }

    /** Strings as Latin-1 and numbers as single bytes, with some zeros at the end. */
    static byte[] bytes(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof Integer number) {
                out.write(number);
            } else {
                out.writeBytes(String.valueOf(part).getBytes(StandardCharsets.ISO_8859_1));
            }
        }
        out.writeBytes(new byte[32]);
        return out.toByteArray();
    }
}
