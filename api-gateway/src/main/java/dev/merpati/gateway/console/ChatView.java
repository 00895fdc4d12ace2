package dev.merpati.gateway.console;

import dev.merpati.gateway.conversation.Chat;
import dev.merpati.gateway.conversation.ChatMessage;
import dev.merpati.gateway.conversation.Conversations;
import dev.merpati.gateway.conversation.SessionChats;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/** How the chats of a session look, as the page shows them and as they change. */
@Component
class ChatView {
    private static final int DIGEST_BYTES = 8;

    private final ITemplateEngine templates;
    private final Problem problem;

    ChatView(ITemplateEngine templates, Problem problem) {
        this.templates = templates;
        this.problem = problem;
    }

    /**
     * What a reader looks at.
     *
     * @param chat the id of the chosen chat; null for none
     * @param steps how far back
     */
    record Place(UUID sessionId, @Nullable String chat, int steps) {
        private static final int LONGEST_CHAT = 200;

        /** Reads the parameters of a URL; one that makes no sense counts as absent. */
        static Place of(UUID sessionId, @Nullable String chat, @Nullable String steps) {
            return new Place(
                    sessionId,
                    chat == null || chat.isEmpty() || chat.length() > LONGEST_CHAT ? null : chat,
                    steps != null && steps.matches("[0-9]{1,3}")
                            ? Math.clamp(Integer.parseInt(steps), 1, Conversations.MOST_STEPS)
                            : 1);
        }

        /** Returns the path of the session's pages. */
        public String base() {
            return "/sessions/" + sessionId;
        }

        /** Returns the URL of a chat, from as far back as this goes. */
        public String of(String otherChat) {
            return at("/chats", otherChat, steps).toUriString();
        }

        /** Returns the URL of the same with older events. */
        public String older() {
            return at("/chats", chat, steps + 1).toUriString();
        }

        /** Returns the URL of the stream that keeps the page up to date. */
        public String live(String have) {
            return at("/chats/live", chat, steps).queryParam("have", have).toUriString();
        }

        /** Returns the URL of a received file. */
        public String media(String mediaId) {
            return "/api" + base() + "/media/" + mediaId;
        }

        /** Returns the number that an answer goes to; null for groups and whoever's number is not known. */
        public @Nullable String recipient() {
            return chat != null && chat.matches("[0-9]{5,15}") ? chat : null;
        }

        private UriComponentsBuilder at(String path, @Nullable String whichChat, int howFar) {
            UriComponentsBuilder url = UriComponentsBuilder.fromPath(base() + path);
            if (whichChat != null) {
                // As a whole: an address may have an ampersand in it.
                url.queryParam("chat", UriUtils.encode(whichChat, StandardCharsets.UTF_8));
            }
            return howFar == 1 ? url : url.queryParam("steps", howFar);
        }
    }

    /** A message with the reason of its failure in the reader's words; null unless it failed. */
    record Row(ChatMessage message, @Nullable String reason) {}

    List<Row> rows(@Nullable Chat chat, Locale locale) {
        return chat == null
                ? List.of()
                : chat.messages().stream()
                        .map(message -> new Row(message, reasonOf(message.failure(), locale)))
                        .toList();
    }

    private @Nullable String reasonOf(ChatMessage.@Nullable Failure failure, Locale locale) {
        return failure == null ? null : problem.of(failure.code(), failure.message(), locale);
    }

    /** Renders the list of chats. */
    String renderChats(SessionChats chats, Place place, Locale locale) {
        return templates.process(
                "console/chat-list", new Context(locale, Map.of("chats", chats.chats(), "place", place)));
    }

    /** Renders all messages, to replace those that are there. */
    String renderAll(List<Row> rows, Place place, Locale locale) {
        return render(rows, List.of(), "all", place, locale);
    }

    /** Renders changes: messages that come behind those that are there, and messages that take the place of older selves. */
    String renderChanges(List<Row> added, List<Row> changed, Place place, Locale locale) {
        return render(added, changed, "changes", place, locale);
    }

    private String render(List<Row> added, List<Row> changed, String how, Place place, Locale locale) {
        Context context = new Context(locale, Map.of("rows", added, "changed", changed, "place", place, "how", how));
        return templates.process("console/chat-changes", context);
    }

    /** Returns what tells two states of the list of chats apart; the same on every gateway. */
    static String versionOf(SessionChats chats) {
        return digest(chats.chats().stream()
                .map(chat -> chat.id() + '\n' + chat.name() + '\n' + chat.last())
                .toList()
                .toString());
    }

    /** Returns what tells two states of a chat apart; the same on every gateway. */
    static String versionOf(List<Row> rows) {
        return digest(rows.toString());
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
