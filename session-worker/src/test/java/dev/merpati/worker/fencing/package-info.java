@NullMarked
package dev.merpati.worker.fencing;

import org.jspecify.annotations.NullMarked;
