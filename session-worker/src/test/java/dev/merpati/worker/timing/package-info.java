@NullMarked
package dev.merpati.worker.timing;

import org.jspecify.annotations.NullMarked;
