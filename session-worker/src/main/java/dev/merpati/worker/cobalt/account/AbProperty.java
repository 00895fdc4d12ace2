package dev.merpati.worker.cobalt.account;

/** Experiment properties by which WhatsApp changes how clients of one account behave (zapo {@code spec/abprops}). */
public enum AbProperty {
    /** {@code lid_one_on_one_migration_enabled}: chats are addressed by hidden ids. */
    CHATS_MIGRATED("9435"),
    /** {@code privacy_token_sending_on_all_1_on_1_messages}: a message carries the token that its recipient gave. */
    TOKENS_SENT("10518"),
    /** {@code wa_nct_token_send_enabled}: where there is none, it carries one derived from the account's salt. */
    TOKENS_DERIVED("24941");

    private final String code;

    AbProperty(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }
}
