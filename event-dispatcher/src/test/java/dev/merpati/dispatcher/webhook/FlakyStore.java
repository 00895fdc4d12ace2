package dev.merpati.dispatcher.webhook;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Random;
import org.springframework.dao.QueryTimeoutException;

/** A store whose calls fail now and then, some of them after they have been carried out. */
final class FlakyStore {
    private FlakyStore() {}

    /** @param percent of the calls that fail */
    static DeliveryStore around(DeliveryStore store, Random random, int percent) {
        return flaky(DeliveryStore.class, store, random, percent);
    }

    private static <T> T flaky(Class<T> type, T real, Random random, int percent) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    boolean source = method.getReturnType() == EventSource.class;
                    boolean fails = !source && random.nextInt(100) < percent;
                    if (fails && random.nextBoolean()) {
                        throw new QueryTimeoutException("lost on the way there");
                    }
                    try {
                        Object result = method.invoke(real, arguments);
                        if (fails) {
                            throw new QueryTimeoutException("lost on the way back");
                        }
                        return source ? flaky(EventSource.class, (EventSource) result, random, percent) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
