package dev.merpati.worker.cobalt.transport;

/** What a link tells: one call at a time, in order, on a virtual thread. May block; then nothing more is read. */
public interface LinkListener {

    /** Frames can be sent now. */
    void opened(Link link);

    /** A whole frame arrived, without its length; never empty. The receiver owns the array. */
    void received(byte[] frame);

    /** The link is closed, or never opened. The last call, and always made, also after {@link Link#close}. */
    void closed(LinkClosure closure);
}
