package dev.merpati.cobalt.patch;

import java.lang.constant.ClassDesc;

/** Names in Cobalt. */
final class Cobalt {
    private static final String PACKAGE = "it.auties.whatsapp.";

    static final ClassDesc AUTH_HANDLER = type("socket.AuthHandler");
    static final ClassDesc CLIENT_PAYLOAD = type("model.signal.auth.ClientPayload");
    static final ClassDesc PAYLOAD_SOURCE = type("socket.PayloadSource");
    static final ClassDesc SOCKET_HANDLER = type("socket.SocketHandler");
    static final ClassDesc SOCKET_SESSION = type("socket.SocketSession");
    static final ClassDesc SOCKET_REQUEST = type("socket.SocketRequest");
    static final ClassDesc STREAM_HANDLER = type("socket.StreamHandler");
    static final ClassDesc REQUESTS = type("socket.Requests");
    static final ClassDesc NODE_GATE = type("socket.NodeGate");
    static final ClassDesc STORE = type("controller.Store");
    static final ClassDesc KEYS = type("controller.Keys");
    static final ClassDesc NODE = type("model.node.Node");
    static final ClassDesc KEY_PAIR = type("model.signal.keypair.SignalKeyPair");
    static final ClassDesc SESSION_CIPHER = type("crypto.SessionCipher");
    static final ClassDesc SESSION_CHAIN = type("model.signal.session.SessionChain");
    static final ClassDesc SESSION_STATE = type("model.signal.session.SessionState");
    static final ClassDesc SESSION_TRIAL = type("model.signal.session.SessionTrial");
    static final ClassDesc SIGNAL_MESSAGE = type("model.signal.message.SignalMessage");

    private Cobalt() {}

    static ClassDesc type(String name) {
        return ClassDesc.of(PACKAGE + name);
    }

    static String internalName(String name) {
        return (PACKAGE + name).replace('.', '/');
    }
}
