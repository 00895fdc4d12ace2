package dev.merpati.worker.cobalt.keys;

import it.auties.protobuf.stream.ProtobufInputStream;
import it.auties.whatsapp.model.signal.session.Session;
import it.auties.whatsapp.model.signal.session.SessionSpec;
import java.io.ByteArrayInputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The record of the Signal sessions with all devices of one user. They stand in one record because they are needed, and
 * change, together: a message goes to each of them.
 *
 * <p>Format: version (1 byte, 1), then for each device its number (4 bytes), the length of its session (4 bytes), and the
 * session in Cobalt's encoding.
 */
final class UserSessions {
    private static final byte VERSION = 1;
    private static final String KIND = "signal:";

    private UserSessions() {}

    /** @param user the name in the Signal addresses of the user's devices */
    static String recordName(String user) {
        return KIND + user;
    }

    static byte[] encode(SortedMap<Integer, Session> sessions) {
        SortedMap<Integer, byte[]> encoded = new TreeMap<>();
        sessions.forEach((device, session) -> encoded.put(device, SessionSpec.encode(session)));
        int length = encoded.values().stream()
                .mapToInt(session -> 2 * Integer.BYTES + session.length)
                .sum();
        ByteBuffer record = ByteBuffer.allocate(1 + length).put(VERSION);
        encoded.forEach((device, session) ->
                record.putInt(device).putInt(session.length).put(session));
        return record.array();
    }

    /** @throws RuntimeException if that is no such record */
    static SortedMap<Integer, Session> decode(byte[] record) {
        ByteBuffer buffer = ByteBuffer.wrap(record);
        if (!buffer.hasRemaining() || buffer.get() != VERSION) {
            throw new IllegalArgumentException("the record is not of version " + VERSION);
        }
        SortedMap<Integer, Session> sessions = new TreeMap<>();
        while (buffer.hasRemaining()) {
            int device = buffer.getInt();
            int length = buffer.getInt();
            if (length < 0 || length > buffer.remaining()) {
                throw new BufferUnderflowException();
            }
            byte[] session = new byte[length];
            buffer.get(session);
            sessions.put(device, SessionSpec.decode(ProtobufInputStream.fromStream(new ByteArrayInputStream(session))));
        }
        return sessions;
    }
}
