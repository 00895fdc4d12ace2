package dev.merpati.worker.fencing;

import io.lettuce.core.RedisCommandExecutionException;
import java.util.regex.Pattern;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.RedisConnectionFailureException;

/** Tells errors that pass from those that every further try would meet again. */
public final class RedisErrors {
    /**
     * What a server says while it starts, fails over, reshards, is full or is being reconfigured. Within a script's error
     * the word stands anywhere in the text. Whatever else a server answers (WRONGTYPE, NOPERM, an error in a script) is a
     * defect of ours or of the stored data.
     */
    private static final Pattern PASSING =
            Pattern.compile("\\b(LOADING|BUSY|UNKILLABLE|MASTERDOWN|READONLY|CLUSTERDOWN|"
                    + "TRYAGAIN|MOVED|ASK|NOREPLICAS|MISCONF|OOM|NOAUTH|WRONGPASS|UNBLOCKED)\\b");

    private RedisErrors() {}

    /** Whether Redis was reached, and answers the same call with the same error for as long as nobody repairs something. */
    static boolean isPermanent(DataAccessException failure) {
        if (failure instanceof RedisConnectionFailureException) {
            return false; // A refused greeting, too, such as of a server with too many clients.
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException answer) {
                return !PASSING.matcher(String.valueOf(answer.getMessage())).find();
            }
        }
        return false;
    }

    /** Whether the key is not of the type that it should be: what is stored there cannot be read, now or later. */
    public static boolean isWrongType(DataAccessException failure) {
        return isPermanent(failure) && describe(failure).contains("WRONGTYPE");
    }

    /** The server's words, without the arguments that it quotes. */
    static String describe(DataAccessException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RedisCommandExecutionException answer) {
                return String.valueOf(answer.getMessage()).replaceFirst(",? with args beginning with.*", "");
            }
        }
        return failure.getClass().getSimpleName();
    }
}
