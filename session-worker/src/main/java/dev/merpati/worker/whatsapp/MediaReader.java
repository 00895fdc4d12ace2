package dev.merpati.worker.whatsapp;

import java.io.IOException;
import java.io.InputStream;

/** Takes a file while it is fetched. */
@FunctionalInterface
public interface MediaReader {

    /**
     * Reads a file to its end. Only then it is known to be whole and the one that was sent: when reading fails, whatever was
     * made of it is to be thrown away, and it may be handed out again from its beginning.
     *
     * @throws IOException of the content only
     */
    void read(InputStream content) throws IOException;
}
