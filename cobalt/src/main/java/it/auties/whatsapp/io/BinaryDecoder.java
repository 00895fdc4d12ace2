package it.auties.whatsapp.io;

import it.auties.whatsapp.model.jid.Jid;
import it.auties.whatsapp.model.jid.JidServer;
import it.auties.whatsapp.model.node.Attributes;
import it.auties.whatsapp.model.node.Node;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.NullMarked;
import org.jspecify.annotations.Nullable;

/**
 * Reads a node. Replaces Cobalt's class of this name, which takes the addresses of other messengers' users (types 245 and
 * 246) for words, and the domains of hidden ids and of hosted businesses for phone numbers; which believes every length;
 * and whose exceptions end the stream, so that the same node ends the next one too. What this one cannot read becomes a
 * node {@value #UNREADABLE}. The form is that of whatsmeow's {@code binary/decoder.go}.
 */
@NullMarked
public final class BinaryDecoder {
    /** Description of a node that could not be read; its attributes are those that could, and {@value #DESCRIPTION}. */
    public static final String UNREADABLE = "unreadable";

    /** What an unreadable node says that it is, if it got that far. */
    public static final String DESCRIPTION = "description";

    private static final int COMPRESSED = 2;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_INFLATED = 32 << 20;
    private static final int MAX_WORD = 235;
    private static final int LIST_EMPTY = 0;
    private static final int DICTIONARY_0 = 236;
    private static final int INTEROP_JID = 245;
    private static final int MESSENGER_JID = 246;
    private static final int DEVICE_JID = 247;
    private static final int LIST_8 = 248;
    private static final int LIST_16 = 249;
    private static final int JID_PAIR = 250;
    private static final int HEX_8 = 251;
    private static final int BINARY_8 = 252;
    private static final int BINARY_20 = 253;
    private static final int BINARY_32 = 254;
    private static final int NIBBLE_8 = 255;
    private static final BinaryTokens[] DICTIONARIES = {
        BinaryTokens.DICTIONARY_0_TOKENS,
        BinaryTokens.DICTIONARY_1_TOKENS,
        BinaryTokens.DICTIONARY_2_TOKENS,
        BinaryTokens.DICTIONARY_3_TOKENS
    };
    private static final JidServer HOSTED = JidServer.of("hosted");
    private static final JidServer HOSTED_LID = JidServer.of("hosted.lid");

    private final ByteBuffer in;
    private final Attributes outermost = new Attributes(new LinkedHashMap<>());
    private @Nullable String description;
    private int depth;

    private BinaryDecoder(ByteBuffer in) {
        this.in = in;
    }

    /** Reads all of the stream, which holds one node, after a byte that says whether it is compressed. */
    public static Node decode(InputStream stream) {
        var decoder = new BinaryDecoder(ByteBuffer.allocate(0));
        try {
            var bytes = stream.readAllBytes();
            decoder = new BinaryDecoder(content(bytes));
            return decoder.node();
        } catch (MalformedException | BufferUnderflowException | IndexOutOfBoundsException | IOException e) {
            return decoder.unreadable();
        }
    }

    private static ByteBuffer content(byte[] bytes) throws IOException, MalformedException {
        if (bytes.length == 0) {
            throw new MalformedException("no flags");
        }
        var content = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
        if ((bytes[0] & COMPRESSED) == 0) {
            return content;
        }
        try (var inflater = new InflaterInputStream(new ByteArrayInputStream(bytes, 1, bytes.length - 1))) {
            var inflated = inflater.readNBytes(MAX_INFLATED + 1);
            if (inflated.length > MAX_INFLATED) {
                throw new MalformedException("more than " + MAX_INFLATED + " bytes inflated");
            }
            return ByteBuffer.wrap(inflated);
        }
    }

    private Node unreadable() {
        return Node.of(UNREADABLE, outermost.put(DESCRIPTION, description, description != null));
    }

    private Node node() throws MalformedException {
        if (++depth > MAX_DEPTH) {
            throw new MalformedException("nested deeper than " + MAX_DEPTH);
        }
        var size = listSize(unsigned());
        if (size == 0) {
            throw new MalformedException("a node without description");
        }
        var name = string();
        if (name == null) {
            throw new MalformedException("a node without description");
        }
        var attributes = depth == 1 ? outermost : new Attributes(new LinkedHashMap<>());
        if (depth == 1) {
            description = name;
        }
        readAttributes((size - 1) / 2, attributes);
        var content = size % 2 == 0 ? content() : null;
        depth--;
        return new Node(name, attributes, content);
    }

    private void readAttributes(int count, Attributes attributes) throws MalformedException {
        for (var i = 0; i < count; i++) {
            var name = string();
            if (name == null) {
                throw new MalformedException("an attribute without name");
            }
            var type = unsigned();
            var value = isList(type) ? nodes(type) : value(type);
            var _ = attributes.put(name, value, true);
        }
    }

    private @Nullable Object content() throws MalformedException {
        var type = unsigned();
        return switch (type) {
            case LIST_8, LIST_16 -> nodes(type);
            case BINARY_8, BINARY_20, BINARY_32 -> bytes(type);
            default -> value(type);
        };
    }

    private static boolean isList(int type) {
        return type == LIST_8 || type == LIST_16;
    }

    private List<Node> nodes(int type) throws MalformedException {
        var size = listSize(type);
        var nodes = new ArrayList<Node>(Math.min(size, in.remaining()));
        for (var i = 0; i < size; i++) {
            nodes.add(node());
        }
        return nodes;
    }

    private int listSize(int type) throws MalformedException {
        return switch (type) {
            case LIST_EMPTY -> 0;
            case LIST_8 -> unsigned();
            case LIST_16 -> unsigned16();
            default -> throw new MalformedException("type " + type + " where a list is expected");
        };
    }

    private @Nullable String string() throws MalformedException {
        var value = value(unsigned());
        return value == null ? null : value.toString();
    }

    /** A text or an address; null for nothing. */
    private @Nullable Object value(int type) throws MalformedException {
        return switch (type) {
            case LIST_EMPTY -> null;
            case INTEROP_JID -> interopAddress();
            case MESSENGER_JID -> messengerAddress();
            case DEVICE_JID -> deviceAddress();
            case JID_PAIR -> address();
            case HEX_8 -> packed("0123456789ABCDEF");
            case NIBBLE_8 -> packed("0123456789-.");
            case BINARY_8, BINARY_20, BINARY_32 -> new String(bytes(type), StandardCharsets.UTF_8);
            case LIST_8, LIST_16 -> throw new MalformedException("a list where a text is expected");
            default -> word(type);
        };
    }

    private String word(int type) throws MalformedException {
        if (type <= MAX_WORD) {
            return BinaryTokens.SINGLE_BYTE_TOKENS.get(type);
        }
        if (type < DICTIONARY_0 + DICTIONARIES.length) {
            return DICTIONARIES[type - DICTIONARY_0].get(unsigned());
        }
        throw new MalformedException("unknown type " + type);
    }

    private Jid address() throws MalformedException {
        var user = string();
        var server = JidServer.of(required(string()));
        return user == null ? Jid.of(server) : Jid.of(user, server);
    }

    private Jid deviceAddress() throws MalformedException {
        var domain = unsigned();
        var device = unsigned();
        var server = switch (domain) {
            case 1 -> JidServer.lid();
            case 128 -> HOSTED;
            case 129 -> HOSTED_LID;
            default -> JidServer.whatsapp();
        };
        return Jid.of(required(string()), server, device, domain);
    }

    /**
     * A user of another company's messenger, as text: Cobalt has no address for one, and would write it in another form
     * in the acknowledgement. The text is that of Baileys' {@code decode.ts}.
     */
    private String interopAddress() throws MalformedException {
        var user = required(string());
        var device = unsigned16();
        var integrator = unsigned16();
        return integrator + "-" + user + ":" + device + "@" + required(string());
    }

    private String messengerAddress() throws MalformedException {
        var user = required(string());
        var device = unsigned16();
        return user + ":" + device + "@" + required(string());
    }

    private static String required(@Nullable String part) throws MalformedException {
        if (part == null) {
            throw new MalformedException("an address without user or server");
        }
        return part;
    }

    private String packed(String alphabet) {
        var first = unsigned();
        var count = 2 * (first & 0x7f) - (first >>> 7);
        var text = new StringBuilder(Math.max(count, 0));
        for (var pair = 0; text.length() < count; ) {
            var high = text.length() % 2 == 0;
            if (high) {
                pair = unsigned();
            }
            text.append(alphabet.charAt(high ? pair >>> 4 : pair & 0x0f));
        }
        return text.toString();
    }

    private byte[] bytes(int type) throws MalformedException {
        var length = switch (type) {
            case BINARY_8 -> unsigned();
            case BINARY_20 -> (unsigned() & 0x0f) << 16 | unsigned16();
            default -> in.getInt();
        };
        if (length < 0 || length > in.remaining()) {
            throw new MalformedException(length + " bytes announced, " + in.remaining() + " left");
        }
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private int unsigned() {
        return in.get() & 0xff;
    }

    private int unsigned16() {
        return in.getShort() & 0xffff;
    }

    /** What was read is no node. */
    private static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message) {
            super(message);
        }
    }
}
