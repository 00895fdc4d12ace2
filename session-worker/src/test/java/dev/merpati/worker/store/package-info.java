@NullMarked
package dev.merpati.worker.store;

import org.jspecify.annotations.NullMarked;
