package dev.merpati.gateway.media;

import dev.merpati.gateway.error.ApiException;
import dev.merpati.gateway.error.Errors;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits a multipart body (RFC 2046, 5.1.1) into its parts as its bytes come. Keeps at most a delimiter's length, or one part's
 * header, from one chunk to the next. Not Spring's parser, since that fails on any header it does not understand, without a
 * word on which part it is, and decodes text before one can look at its bytes. For one thread at a time.
 */
final class MultipartParser {
    /** A piece of the form, in the order of the bytes. */
    sealed interface Token {
        /** A part begins. */
        record Begin(PartHead head) implements Token {}

        /** Bytes of the part that began last. */
        record Content(ByteBuffer bytes) implements Token {}

        /** The part that began last is complete. */
        record End() implements Token {}
    }

    private enum State {
        PREAMBLE,
        HEAD,
        CONTENT,
        EPILOGUE
    }

    static final int MAX_PARTS = 100;
    private static final int MAX_HEAD = 8 * 1024;
    private static final int MAX_PREAMBLE = 8 * 1024;
    private static final int MAX_PADDING = 64;
    private static final byte[] EMPTY_LINE = {'\r', '\n', '\r', '\n'};

    private final byte[] delimiter;

    /** What was not used up yet. Begins with the line break that the first delimiter may lack. */
    private byte[] rest = {'\r', '\n'};

    private int position;
    private State state = State.PREAMBLE;
    private int parts;
    private int preamble;

    MultipartParser(String boundary) {
        this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Returns what the next bytes of the body bring. An error of 400 when they cannot be a form. */
    List<Token> parse(byte[] chunk) {
        byte[] joined = Arrays.copyOf(rest, rest.length + chunk.length);
        System.arraycopy(chunk, 0, joined, rest.length, chunk.length);
        rest = joined;
        position = 0;
        List<Token> tokens = new ArrayList<>();
        boolean goOn = true;
        while (goOn) {
            goOn = switch (state) {
                case PREAMBLE, CONTENT -> upToDelimiter(tokens);
                case HEAD -> head(tokens);
                case EPILOGUE -> {
                    position = rest.length;
                    yield false;
                }
            };
        }
        rest = Arrays.copyOfRange(rest, position, rest.length);
        return tokens;
    }

    /** An error of 400 unless the form was complete. */
    void end() {
        if (state != State.EPILOGUE) {
            throw malformed("it ends before its closing boundary");
        }
    }

    private boolean upToDelimiter(List<Token> tokens) {
        for (int at = find(delimiter, position); at >= 0; at = find(delimiter, at + 1)) {
            int after = at + delimiter.length;
            int padding = after;
            while (padding < rest.length
                    && padding - after < MAX_PADDING
                    && (rest[padding] == ' ' || rest[padding] == '\t')) {
                padding++;
            }
            if (padding + 2 > rest.length) {
                content(tokens, at);
                return false;
            }
            boolean last = padding == after && rest[after] == '-' && rest[after + 1] == '-';
            boolean next = rest[padding] == '\r' && rest[padding + 1] == '\n';
            if (last || next) {
                content(tokens, at);
                if (state == State.CONTENT) {
                    tokens.add(new Token.End());
                }
                position = last ? after + 2 : padding;
                state = last ? State.EPILOGUE : State.HEAD;
                return true;
            }
        }
        content(tokens, Math.max(position, rest.length - delimiter.length + 1));
        return false;
    }

    private void content(List<Token> tokens, int end) {
        if (state == State.CONTENT && end > position) {
            tokens.add(new Token.Content(
                    ByteBuffer.wrap(Arrays.copyOfRange(rest, position, end)).asReadOnlyBuffer()));
        } else if (state == State.PREAMBLE) {
            preamble += end - position;
            if (preamble > MAX_PREAMBLE) {
                throw malformed("its boundary does not occur in the body");
            }
        }
        position = end;
    }

    /** The head begins with the line break that ends the delimiter's line, so that an empty head is an empty line, too. */
    private boolean head(List<Token> tokens) {
        int end = find(EMPTY_LINE, position);
        if ((end < 0 ? rest.length : end) - position > MAX_HEAD) {
            throw malformed("the headers of part " + (parts + 1) + " are longer than " + MAX_HEAD + " bytes");
        }
        if (end < 0) {
            return false;
        }
        parts++;
        if (parts > MAX_PARTS) {
            throw Errors.badRequest("too_many_parts", "The form has more than " + MAX_PARTS + " parts")
                    .with("limit", MAX_PARTS)
                    .exception();
        }
        tokens.add(new Token.Begin(PartHead.parse(Arrays.copyOfRange(rest, position, end), parts)));
        position = end + EMPTY_LINE.length;
        state = State.CONTENT;
        return true;
    }

    private int find(byte[] pattern, int from) {
        for (int at = from; at + pattern.length <= rest.length; at++) {
            if (rest[at] == pattern[0] && Arrays.equals(rest, at, at + pattern.length, pattern, 0, pattern.length)) {
                return at;
            }
        }
        return -1;
    }

    static ApiException malformed(String why) {
        return Errors.badRequest(
                        "malformed_request",
                        "The request cannot be read: the body must be a complete multipart/form-data form, but " + why)
                .exception();
    }
}
