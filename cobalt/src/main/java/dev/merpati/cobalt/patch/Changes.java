package dev.merpati.cobalt.patch;

import static dev.merpati.cobalt.patch.Cobalt.AUTH_HANDLER;
import static dev.merpati.cobalt.patch.Cobalt.CLIENT_PAYLOAD;
import static dev.merpati.cobalt.patch.Cobalt.KEYS;
import static dev.merpati.cobalt.patch.Cobalt.KEY_PAIR;
import static dev.merpati.cobalt.patch.Cobalt.NODE;
import static dev.merpati.cobalt.patch.Cobalt.NODE_GATE;
import static dev.merpati.cobalt.patch.Cobalt.PAYLOAD_SOURCE;
import static dev.merpati.cobalt.patch.Cobalt.REQUESTS;
import static dev.merpati.cobalt.patch.Cobalt.SESSION_CHAIN;
import static dev.merpati.cobalt.patch.Cobalt.SESSION_CIPHER;
import static dev.merpati.cobalt.patch.Cobalt.SESSION_STATE;
import static dev.merpati.cobalt.patch.Cobalt.SESSION_TRIAL;
import static dev.merpati.cobalt.patch.Cobalt.SIGNAL_MESSAGE;
import static dev.merpati.cobalt.patch.Cobalt.SOCKET_HANDLER;
import static dev.merpati.cobalt.patch.Cobalt.SOCKET_REQUEST;
import static dev.merpati.cobalt.patch.Cobalt.SOCKET_SESSION;
import static dev.merpati.cobalt.patch.Cobalt.STORE;
import static dev.merpati.cobalt.patch.Cobalt.STREAM_HANDLER;
import static java.lang.constant.ConstantDescs.CD_MethodHandle;
import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_boolean;
import static java.lang.constant.ConstantDescs.CD_byte;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_void;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.DirectMethodHandleDesc;
import java.lang.constant.MethodHandleDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/** Everything that this module's Cobalt does otherwise than the one from Maven Central. The README has the tests. */
final class Changes {

    private static final ClassDesc FUTURE =
            CompletableFuture.class.describeConstable().orElseThrow();

    static final List<CallSite> CALL_SITES = List.of(
            new CallSite(
                    "socket.SocketHandler",
                    "sendRequest",
                    "CompletableFuture.whenCompleteAsync",
                    1,
                    sameThread("whenComplete"),
                    "The write lock is released on the common pool, whose threads wait for that lock: a deadlock on"
                            + " small machines."),
            new CallSite(
                    "socket.SocketHandler",
                    "sendRequest",
                    "SocketSession.sendBinary",
                    1,
                    Changes::registerThenSend,
                    "The request is registered after its bytes have left: an answer that is quicker is lost."),
            new CallSite(
                    "socket.SocketHandler",
                    "lambda$sendRequest$0",
                    "Store.addRequest",
                    1,
                    (code, call) -> code.pop2().aconst_null(),
                    "The request is registered before the send now; a second time would leave it there for ever."),
            new CallSite(
                    "socket.SocketHandler",
                    "onMessage",
                    "CompletableFuture.whenCompleteAsync",
                    1,
                    sameThread("whenComplete"),
                    "The state becomes CONNECTED on another thread: a node that comes earlier is taken for a"
                            + " handshake message."),
            new CallSite(
                    "socket.AuthHandler",
                    "login",
                    "CompletableFuture.thenRunAsync",
                    1,
                    sameThread("thenRun"),
                    "As above: the session's keys are set on another thread."),
            new CallSite(
                    "socket.AuthHandler",
                    "login",
                    "ClientPayloadSpec.encode",
                    1,
                    Changes::ownPayload,
                    "The payload lacks what clients of today say of themselves, and Cobalt's model has no place for it."),
            new CallSite(
                    "socket.SocketHandler",
                    "decodeNodes",
                    "StreamHandler.digest",
                    1,
                    Changes::passTheGate,
                    "Cobalt reconnects, deletes sessions and drops receipts on its own; its listeners run in no order."),
            new CallSite(
                    "socket.SocketHandler",
                    "onOpen",
                    "Keys.ephemeralKeyPair",
                    1,
                    (code, call) -> code.invokevirtual(KEYS, Renewal.METHOD, Renewal.TYPE),
                    "The Noise ephemeral key is made once per device and stored: no forward secrecy."),
            new CallSite(
                    "socket.SocketHandler",
                    "onOpen",
                    "Runtime.addShutdownHook",
                    1,
                    (code, call) -> code.pop2(),
                    "Each connection adds a shutdown hook that holds on to it until the JVM ends."),
            new CallSite(
                    "socket.MessageHandler",
                    "onHistorySyncNotification",
                    "MessageHandler.downloadHistorySync",
                    1,
                    Changes::nothingDownloaded,
                    "The first part of the history is loaded and kept in memory even when history is discarded."),
            new CallSite(
                    "crypto.SessionCipher",
                    "lambda$decrypt$3",
                    "SessionCipher.decrypt",
                    1,
                    trial("decrypt"),
                    "A message is tried on each state of the session, and each takes a ratchet step, the wrong ones too:"
                            + " nobody can read what is sent on those."),
            new CallSite(
                    "crypto.SessionCipher",
                    "decrypt",
                    "SessionCipher.decrypt",
                    1,
                    trial("begin"),
                    "As above; and a session that begins with a message that is not authentic becomes the current one."),
            new CallSite(
                    "crypto.SessionCipher",
                    "lambda$maybeStepRatchet$0",
                    "SessionState.previousCounter",
                    1,
                    (code, call) ->
                            code.pop().aload(2).invokevirtual(SESSION_CHAIN, "counter", MethodTypeDesc.of(CD_int)),
                    "When the other side steps on, the keys of its old chain are made up to how many messages we have sent,"
                            + " not it: messages that come late cannot be read, or none at all. SessionTrial makes them."),
            new CallSite(
                    "crypto.SessionBuilder",
                    "createIncoming",
                    "Session.closeCurrentState",
                    1,
                    (code, call) -> {},
                    "The current state is closed before the message of the new one is known to be authentic."));

    /** Classes of Cobalt's that this module has its own in place of. */
    static final List<String> REPLACED = List.of("socket.SocketSession", "socket.SocketRequest", "io.BinaryDecoder");

    /** Classes of Cobalt's, and what is nested in them, that are left out. */
    static final List<String> LEFT_OUT = List.of(
            // Cobalt's transports, nested in the class that is replaced.
            "socket.SocketSession",
            // Write under the home directory, the first one by default.
            "controller.ProtobufControllerSerializer",
            "controller.FileControllerSerializer",
            "util.Exceptions",
            // Looks the client version up over the network when none was set.
            "util.AppMetadata",
            // Signs uploads so that official clients refuse them; sends a message whose upload failed; needs
            // libraries that are not here.
            "util.Medias");

    private Changes() {}

    /** The call of the same name and type without "Async" runs on the calling thread. */
    private static BiConsumer<CodeBuilder, InvokeInstruction> sameThread(String name) {
        return (code, call) -> code.invokevirtual(FUTURE, name, call.typeSymbol());
    }

    private static void registerThenSend(CodeBuilder code, InvokeInstruction call) {
        code.aload(0)
                .getfield(SOCKET_HANDLER, "store", STORE)
                .aload(1)
                .iload(3)
                .invokestatic(
                        REQUESTS,
                        "send",
                        MethodTypeDesc.of(
                                FUTURE, SOCKET_SESSION, CD_byte.arrayType(), STORE, SOCKET_REQUEST, CD_boolean));
    }

    private static void ownPayload(CodeBuilder code, InvokeInstruction call) {
        code.aload(0)
                .getfield(AUTH_HANDLER, "socketHandler", SOCKET_HANDLER)
                .invokestatic(
                        PAYLOAD_SOURCE,
                        "encode",
                        MethodTypeDesc.of(CD_byte.arrayType(), CLIENT_PAYLOAD, SOCKET_HANDLER),
                        true);
    }

    private static void passTheGate(CodeBuilder code, InvokeInstruction call) {
        code.aload(0)
                .invokestatic(
                        NODE_GATE, "pass", MethodTypeDesc.of(CD_void, STREAM_HANDLER, NODE, SOCKET_HANDLER), true);
    }

    private static void nothingDownloaded(CodeBuilder code, InvokeInstruction call) {
        code.pop2().aconst_null().invokestatic(FUTURE, "completedFuture", MethodTypeDesc.of(FUTURE, CD_Object));
    }

    /** Hands the private method that decrypts to {@code SessionTrial}, which calls it. */
    private static BiConsumer<CodeBuilder, InvokeInstruction> trial(String name) {
        var decrypt = MethodHandleDesc.ofMethod(
                DirectMethodHandleDesc.Kind.VIRTUAL,
                SESSION_CIPHER,
                "decrypt",
                MethodTypeDesc.of(CD_byte.arrayType(), SIGNAL_MESSAGE, SESSION_STATE));
        return (code, call) -> code.loadConstant(decrypt)
                .invokestatic(
                        SESSION_TRIAL,
                        name,
                        MethodTypeDesc.of(
                                CD_byte.arrayType(), SESSION_CIPHER, SIGNAL_MESSAGE, SESSION_STATE, CD_MethodHandle));
    }

    /** The method added to Keys: makes the ephemeral key pair anew and returns it. */
    static final class Renewal {
        static final String METHOD = "renewEphemeralKeyPair";
        static final String FIELD = "ephemeralKeyPair";
        static final MethodTypeDesc TYPE = MethodTypeDesc.of(KEY_PAIR);

        private Renewal() {}

        static void body(CodeBuilder code) {
            code.aload(0)
                    .invokestatic(KEY_PAIR, "random", TYPE)
                    .dup_x1()
                    .putfield(KEYS, FIELD, KEY_PAIR)
                    .areturn();
        }
    }
}
