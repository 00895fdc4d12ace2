package dev.merpati.worker.cobalt.transport;

/** How a link ended. */
public sealed interface LinkClosure {

    /** {@link Link#close} was called. */
    record Local() implements LinkClosure {}

    /** The other side closed it in an orderly way. */
    record Remote() implements LinkClosure {}

    /** The web server in front of WhatsApp answered, but not by opening a WebSocket. */
    record Declined(String detail) implements LinkClosure {}

    /** It could not be opened, was cut, or what came over it was not WhatsApp's protocol. */
    record Failed(Throwable cause) implements LinkClosure {}
}
