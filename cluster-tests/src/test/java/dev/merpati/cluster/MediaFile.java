package dev.merpati.cluster;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Random;

/** A file that begins as files of its kind do, the rest of it random. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MediaFile(String name, String kind, byte[] content) {
    static final int LARGEST = 50 * 1024 * 1024;

    static MediaFile of(String name, String kind, String beginning, int size) {
        byte[] content = new byte[size];
        new Random(name.hashCode()).nextBytes(content);
        byte[] signature = HexFormat.of().parseHex(beginning);
        System.arraycopy(signature, 0, content, 0, signature.length);
        return new MediaFile(name, kind, content);
    }

    static MediaFile document(String name, int size) {
        return of(name, "document", "255044462D312E370A", size);
    }

    /** The content, with something that happens when so much of it has been read. */
    InputStream interruptedAt(int position, Runnable event) {
        return new ByteArrayInputStream(content) {
            private boolean happened;

            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
                if (!happened && pos >= position) {
                    happened = true;
                    event.run();
                }
                return super.read(bytes, offset, Math.min(length, 16 * 1024));
            }
        };
    }

    @Override
    public String toString() {
        return name;
    }
}
