package dev.merpati.simulator.node;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Decodes what a client sent. Not thread-safe, used once. */
public final class NodeReader {
    private static final int COMPRESSED = 2;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_INFLATED_BYTES = 16 << 20;
    private static final String NIBBLES = "0123456789-.";
    private static final String HEX = "0123456789ABCDEF";

    private final ByteBuffer in;
    private int depth;

    private NodeReader(ByteBuffer in) {
        this.in = in;
    }

    /** @throws MalformedNodeException if the bytes are no node */
    public static Node decode(byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            boolean compressed = (buffer.get() & COMPRESSED) != 0;
            return new NodeReader(compressed ? inflate(buffer) : buffer).node();
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            throw new MalformedNodeException("The node ends before its time or names an unknown word", e);
        }
    }

    private static ByteBuffer inflate(ByteBuffer compressed) {
        try (Inflater inflater = new Inflater()) {
            inflater.setInput(compressed);
            ByteArrayOutputStream inflated = new ByteArrayOutputStream();
            byte[] chunk = new byte[4096];
            for (int length = inflater.inflate(chunk); length > 0; length = inflater.inflate(chunk)) {
                inflated.write(chunk, 0, length);
                if (inflated.size() > MAX_INFLATED_BYTES) {
                    throw new MalformedNodeException("More than " + MAX_INFLATED_BYTES + " bytes inflated", null);
                }
            }
            return ByteBuffer.wrap(inflated.toByteArray());
        } catch (DataFormatException e) {
            throw new MalformedNodeException("The node is marked as compressed but is not", e);
        }
    }

    private Node node() {
        if (++depth > MAX_DEPTH) {
            throw new MalformedNodeException("Nodes nested deeper than " + MAX_DEPTH, null);
        }
        int size = listSize(unsigned());
        String tag = text(unsigned());
        Map<String, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < (size - 1) / 2; i++) {
            String name = text(unsigned());
            attributes.put(name, text(unsigned()));
        }
        Node node = size % 2 == 1 ? Node.decoded(tag, attributes, List.of(), null) : withContent(tag, attributes);
        depth--;
        return node;
    }

    private Node withContent(String tag, Map<String, String> attributes) {
        int type = unsigned();
        return switch (type) {
            case Tag.EMPTY -> Node.decoded(tag, attributes, List.of(), null);
            case Tag.LIST_8, Tag.LIST_16 -> {
                int size = listSize(type);
                List<Node> children = new ArrayList<>();
                for (int i = 0; i < size; i++) {
                    children.add(node());
                }
                yield Node.decoded(tag, attributes, children, null);
            }
            case Tag.BINARY_8, Tag.BINARY_20, Tag.BINARY_32 -> Node.decoded(tag, attributes, List.of(), binary(type));
            default -> Node.decoded(tag, attributes, List.of(), text(type).getBytes(StandardCharsets.UTF_8));
        };
    }

    private int listSize(int type) {
        return switch (type) {
            case Tag.EMPTY -> 0;
            case Tag.LIST_8 -> unsigned();
            case Tag.LIST_16 -> (unsigned() << 8) | unsigned();
            default -> throw new MalformedNodeException("Expected a list, found type " + type, null);
        };
    }

    private String text(int type) {
        return switch (type) {
            case Tag.EMPTY -> "";
            case Tag.BINARY_8, Tag.BINARY_20, Tag.BINARY_32 -> new String(binary(type), StandardCharsets.UTF_8);
            case Tag.NIBBLE_8 -> packed(NIBBLES);
            case Tag.HEX_8 -> packed(HEX);
            case Tag.JID_PAIR -> {
                String user = text(unsigned());
                String server = text(unsigned());
                yield user.isEmpty() ? server : user + "@" + server;
            }
            case Tag.INTEROP_JID -> {
                String user = text(unsigned());
                int device = in.getShort() & 0xffff;
                int integrator = in.getShort() & 0xffff;
                yield new Jid(integrator + "-" + user, device, text(unsigned())).toString();
            }
            case Tag.MESSENGER_JID -> {
                String user = text(unsigned());
                int device = in.getShort() & 0xffff;
                yield new Jid(user, device, text(unsigned())).toString();
            }
            case Tag.AD_JID -> {
                int domain = unsigned();
                int device = unsigned();
                yield new Jid(text(unsigned()), device, domain == Tag.HIDDEN_DOMAIN ? Jid.HIDDEN : Jid.USERS)
                        .toString();
            }
            default ->
                type >= Tag.DICTIONARY_0 && type <= Tag.DICTIONARY_3
                        ? Dictionary.word(type - Tag.DICTIONARY_0, unsigned())
                        : Dictionary.single(type);
        };
    }

    private String packed(String alphabet) {
        int first = unsigned();
        boolean odd = first >>> 7 == 1;
        int bytes = first & 0x7f;
        StringBuilder text = new StringBuilder(2 * bytes);
        for (int i = 0; i < bytes; i++) {
            int pair = unsigned();
            text.append(alphabet.charAt(pair >>> 4));
            if (!odd || i < bytes - 1) {
                text.append(alphabet.charAt(pair & 0x0f));
            }
        }
        return text.toString();
    }

    private byte[] binary(int type) {
        int length = switch (type) {
            case Tag.BINARY_8 -> unsigned();
            case Tag.BINARY_20 -> ((unsigned() & 0x0f) << 16) | (unsigned() << 8) | unsigned();
            default -> in.getInt();
        };
        if (length < 0 || length > in.remaining()) {
            throw new MalformedNodeException(length + " bytes announced, " + in.remaining() + " left", null);
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private int unsigned() {
        return in.get() & 0xff;
    }
}
