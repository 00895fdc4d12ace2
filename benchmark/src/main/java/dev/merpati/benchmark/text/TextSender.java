package dev.merpati.benchmark.text;

/** Sends texts for sessions that are connected, numbered from 0. Thread-safe. */
public interface TextSender {
    /**
     * Returns when WhatsApp's server has acknowledged the message.
     *
     * @throws Exception when it has not
     */
    void send(int session, String to, String text) throws Exception;
}
